import { climate } from "./climates.ts"
import { simulate } from "./simulate.ts"
import { createCloudBoot } from "./cloud-system.ts"
import { playFifo } from "./sqs/fifo.ts"

simulate("a FIFO queue", { seeds: 170, faults: climate, boot: createCloudBoot() }, playFifo)
