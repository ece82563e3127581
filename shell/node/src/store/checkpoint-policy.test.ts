// The policy against a write-ahead log that is only counted.

import { describe, expect, it } from "vitest";
import { CheckpointPolicy } from "./checkpoint-policy.ts";

const MIB_FRAMES = 256;

class CountedWal {
  frames = 0;
  done = 0;
  asked = 0;
  folded = 0;
  looks = 0;
  readonly policy = new CheckpointPolicy({
    walState: () => {
      this.looks++;
      return { frames: this.frames, done: this.done };
    },
    fold: () => {
      this.folded++;
      this.done = this.frames;
      return { frames: this.frames, done: this.done };
    },
    ask: () => {
      this.asked++;
    },
  });

  /** A commit; SQLite begins the log anew where all of it is folded. */
  commit(frames: number): void {
    if (this.done === this.frames) {
      this.frames = 0;
      this.done = 0;
    }
    this.frames += frames;
    this.policy.onCommitted(frames * 4096);
  }

  /** The other thread folds what there is; more is committed before it reports. */
  foldElsewhere(meanwhile: number): void {
    const done = this.frames;
    this.commit(meanwhile);
    this.done = done;
    this.policy.onFolded();
  }
}

describe("folding the write-ahead log", () => {
  it("is thought of now and then only, where commits are small", () => {
    const wal = new CountedWal();
    for (let i = 0; i < 1024; i++) wal.commit(1);
    expect(wal.looks).toBeLessThan(20);
    for (let i = 0; i < 1024; i++) wal.commit(1);
    expect(wal.asked).toBe(1);
  });

  it("is asked of the other thread once, when the log is long", () => {
    const wal = new CountedWal();
    for (let i = 0; i < 4; i++) wal.commit(MIB_FRAMES);
    expect(wal.asked).toBe(0);
    for (let i = 0; i < 4; i++) wal.commit(MIB_FRAMES);
    expect(wal.asked).toBe(1);
    expect(wal.folded).toBe(0);
  });

  it("is finished by the writer where little is left, so that the log begins anew", () => {
    const wal = new CountedWal();
    wal.commit(5 * MIB_FRAMES);
    wal.foldElsewhere(20);
    expect(wal.folded).toBe(1);
    wal.commit(1);
    expect(wal.frames).toBe(1);
  });

  it("is asked again where much is left", () => {
    const wal = new CountedWal();
    wal.commit(5 * MIB_FRAMES);
    wal.foldElsewhere(2 * MIB_FRAMES);
    expect([wal.asked, wal.folded]).toEqual([2, 0]);
    wal.foldElsewhere(20);
    expect([wal.asked, wal.folded]).toEqual([2, 1]);
  });

  it("is left alone where nothing is left", () => {
    const wal = new CountedWal();
    wal.commit(5 * MIB_FRAMES);
    wal.done = wal.frames;
    wal.policy.onFolded();
    expect([wal.asked, wal.folded]).toEqual([1, 0]);
  });

  it("is done by the writer when the other thread does not come", () => {
    const wal = new CountedWal();
    for (let i = 0; i < 65; i++) wal.commit(MIB_FRAMES);
    expect(wal.folded).toBe(1);
  });
});
