import * as fc from "fast-check"

// The same cases in every run: what was found by another seed becomes a case of its own.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env["SEED"] ?? 1) })
