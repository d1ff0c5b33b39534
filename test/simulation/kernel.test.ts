import { climate } from "./climates.ts"
import { bootWorld, playKernel } from "./kernel/kernel-simulation.ts"
import { simulate } from "./simulate.ts"

simulate("the kernel", { seeds: 150, faults: climate, boot: bootWorld }, playKernel)
