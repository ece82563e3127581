#!/usr/bin/env node
// Starts `juno`, under whatever Node is found first; see launch.cjs.
"use strict";

require("./launch.cjs")("juno.ts");
