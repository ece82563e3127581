export { type Ending, runQuint } from "./quint.ts";
