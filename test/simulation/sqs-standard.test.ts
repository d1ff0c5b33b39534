import { climate } from "./climates.ts"
import { simulate } from "./simulate.ts"
import { createCloudBoot } from "./cloud-system.ts"
import { playStandard } from "./sqs/standard.ts"

simulate("a standard queue", { seeds: 170, faults: climate, boot: createCloudBoot() }, playStandard)
