import { nodeProblem } from "./node-version.ts"

// To be imported before all else: what comes after it may not even load where the Node is too old.
const problem = nodeProblem()
if (problem !== undefined) throw new Error(`cloudarium: ${problem}`)
