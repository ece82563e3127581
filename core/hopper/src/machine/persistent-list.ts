// Lists of the language: persistent vectors of values. The vector knows no values and values know no lists,
// so that the files do not go in circles.

import { PersistentVector } from "./persistent-vector.ts";
import type { Value } from "./value.ts";

export type PersistentList = PersistentVector<Value>;
export const PersistentList = PersistentVector;

export const EMPTY_LIST: PersistentList = PersistentVector.of<Value>([]);
