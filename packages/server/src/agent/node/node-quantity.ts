/** Bytes as a quantity of a power of 1024, as a kubelet writes memory and disks: `24684084Ki`. */
export function bytesQuantity(bytes: number): string {
  let value = Math.max(0, Math.floor(bytes));
  let unit = 0;
  while (value > 0 && value % 1024 === 0 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value}${UNITS[unit]}`;
}

const UNITS = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];
