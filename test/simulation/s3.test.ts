import { climate } from "./climates.ts"
import { playS3 } from "./s3/play.ts"
import { createS3Boot } from "./s3/system.ts"
import { simulate } from "./simulate.ts"

simulate("objects, versions, uploads", { seeds: 24, faults: climate, boot: createS3Boot() }, playS3)
