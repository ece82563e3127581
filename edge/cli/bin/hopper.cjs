#!/usr/bin/env node
// Starts `hopper`, under whatever Node is found first; see launch.cjs.
"use strict";

require("./launch.cjs")("hopper.ts");
