// A refusal is a value: functions that may say no return a Result whose error carries a public
// code and the facts. Bugs throw (assert.ts); nothing in core/ throws for bad input.

export type Ok<T> = { readonly ok: true; readonly value: T };
export type Err<E> = { readonly ok: false; readonly error: E };
export type Result<T, E = Refusal> = Ok<T> | Err<E>;

/** Why an input was refused. `code` is stable and public; `detail` is a sentence for people. */
export type Refusal = { readonly code: string; readonly detail: string };

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });
export const err = <E>(error: E): Err<E> => ({ ok: false, error });
export const refuse = (code: string, detail: string): Err<Refusal> => err({ code, detail });
