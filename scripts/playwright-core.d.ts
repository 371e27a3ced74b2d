/**
 * The part of playwright-core that the lesson uses. Its own declarations need those of a browser, which would
 * then be there for every file of the project.
 */
export interface Locator {
  fill(value: string): Promise<void>;
  click(): Promise<void>;
  waitFor(): Promise<void>;
}

export interface Page {
  goto(url: string): Promise<unknown>;
  getByRole(role: string, options: { readonly name: string | RegExp }): Locator;
  getByLabel(text: string): Locator;
  getByText(text: string): Locator;
  screenshot(options: { readonly path: string }): Promise<unknown>;
}

export interface Browser {
  newPage(options: { readonly viewport: { width: number; height: number } }): Promise<Page>;
  close(): Promise<void>;
}

export const chromium: {
  launch(options: {
    readonly executablePath: string;
    readonly args: readonly string[];
  }): Promise<Browser>;
};
