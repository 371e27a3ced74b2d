/** Of a stream and of a connection, until the peer says otherwise. @see SPDY Protocol Draft 3.1 §2.6.8 */
export const INITIAL_WINDOW_BYTES: number = 64 * 1024;

/**
 * How much may be sent before the peer has to say that it took some. Kubernetes' own peers
 * (moby/spdystream) neither heed nor move windows and leave it to TCP to slow the sender down: waiting
 * for them would be waiting for ever. So a window counts from the moment at which the peer shows that
 * it keeps one.
 */
export class SendWindow {
  #size: number;
  #kept: boolean;
  #waiting: (() => void)[] = [];

  constructor(size: number, kept: boolean) {
    this.#size = size;
    this.#kept = kept;
  }

  /** The peer keeps windows. */
  keep(): void {
    this.#kept = true;
  }

  /** @returns false when the window has grown beyond what it may */
  grow(bytes: number): boolean {
    this.#size += bytes;
    if (this.#size > 0) this.#wake();
    return this.#size <= 0x7fffffff;
  }

  /** Takes up to `wanted` bytes, more than none; 0 when there is nothing to be had. */
  take(wanted: number): number {
    const taken = this.#kept ? Math.max(0, Math.min(wanted, this.#size)) : wanted;
    this.#size -= taken;
    return taken;
  }

  /** Gives back what was taken and not sent. */
  giveBack(bytes: number): void {
    this.#size += bytes;
  }

  /** Resolves when it is worth to try again. */
  opened(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Nobody waits any more. */
  release(): void {
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
