#!/usr/bin/env node
"use strict";
// The command line, the same as everywhere: it runs inside the addon.

const native = require("../lib/native.js");

// Ctrl-C ends it at once: Node has no handler of its own unless somebody asks for one.
process.exitCode = native.commandLine(["truenorth", ...process.argv.slice(2)]);
