import { climate } from "./climates.ts"
import { simulate } from "./simulate.ts"
import { createCloudBoot } from "./cloud-system.ts"
import { playDeadLetters } from "./sqs/dead-letters.ts"

simulate("dead letters", { seeds: 170, faults: climate, boot: createCloudBoot() }, playDeadLetters)
