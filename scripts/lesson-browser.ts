import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { requireProgram } from "../conformance/required.ts";

const CHROMIUM = "/usr/bin/chromium";

/**
 * Looks at the lesson's dashboard as a person would: it shows the pods, and says no to a token that
 * is none.
 * @param screenshot - where a picture of it goes; none is taken without it
 * @throws MissingProgram without Debian's Chromium; Error for a page that shows something else
 */
export async function lookAtDashboard(url: string, screenshot: string | undefined): Promise<void> {
  if (!existsSync(CHROMIUM)) requireProgram("chromium");
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 900, height: 420 } });
    await page.goto(url);
    await page.getByRole("cell", { name: /^dashboard-\w+-\w+$/ }).waitFor();
    if (screenshot !== undefined) await page.screenshot({ path: screenshot });
    await page.getByLabel("Ask with another token").fill("no token");
    await page.getByRole("button", { name: "Ask" }).click();
    await page.getByText("The server does not accept the token").waitFor();
  } finally {
    await browser.close();
  }
}
