// The complete subtrees of the outcome tree, by level and position, in state.db. Leaves are not
// stored again: they follow from the outcomes. Those made last are kept at hand, since paths are
// asked for right after an entry is applied. Nodes never change, so any transaction may read them.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Hash } from "@juno/base";
import { outcomeLeaf, type ReadNode, type TreeNode } from "@juno/proof";
import { sha256 } from "../../crypto/sodium.ts";
import { ContentError, hashOf } from "../column.ts";

/** Nodes kept in memory (about 8 MiB). */
const CACHED_MAX = 65_536;
const LEVELS_MAX = 64;

export class TreeNodes {
  readonly #db: DatabaseSync;
  /** Made when it is needed: a reader's connection has no use for it. */
  #insert: StatementSync | undefined;
  readonly #node: StatementSync;
  readonly #leaf: StatementSync;
  /** By position and level, oldest first. */
  readonly #cached = new Map<number, Hash>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#node = db.prepare("SELECT hash FROM nodes WHERE level = ? AND position = ?");
    this.#leaf = db.prepare("SELECT hash, receipt_hash FROM outcomes WHERE idx = ?");
  }

  readonly read: ReadNode = (level, position) => {
    const key = keyOf(level, position);
    const cached = this.#cached.get(key);
    if (cached !== undefined) return cached;
    const hash = level === 0 ? this.#readLeaf(position) : this.#readNode(level, position);
    this.#remember(key, hash);
    return hash;
  };

  store(nodes: readonly TreeNode[]): void {
    this.#insert ??= this.#db.prepare("INSERT INTO nodes VALUES (?, ?, ?)");
    for (const { level, position, hash } of nodes) {
      if (level > 0) this.#insert.run(level, position, hash);
      this.#remember(keyOf(level, position), hash);
    }
  }

  #readLeaf(position: number): Hash {
    const row = this.#leaf.get(position + 1);
    // Of an entry whose outcome a snapshot stands for, the leaf is kept as a node, if it is needed.
    if (row === undefined) return this.#readNode(0, position);
    return outcomeLeaf(sha256, { entryHash: hashOf(row.hash), receiptHash: hashOf(row.receipt_hash) });
  }

  #readNode(level: number, position: number): Hash {
    const row = this.#node.get(level, position);
    if (row === undefined)
      throw new ContentError(`node ${position} of level ${level} of the outcome tree is missing`);
    return hashOf(row.hash);
  }

  #remember(key: number, hash: Hash): void {
    this.#cached.set(key, hash);
    if (this.#cached.size <= CACHED_MAX) return;
    const oldest = this.#cached.keys().next().value;
    if (oldest !== undefined) this.#cached.delete(oldest);
  }
}

const keyOf = (level: number, position: number): number => position * LEVELS_MAX + level;
