/** The stored state cannot be trusted; its file has been left exactly as it was found. */
export class DamagedDatabaseError extends Error {
  readonly file: string;
  constructor(file: string, reason: string) {
    super(`database ${file} is damaged: ${reason}; it was not changed`);
    this.name = "DamagedDatabaseError";
    this.file = file;
  }
}
