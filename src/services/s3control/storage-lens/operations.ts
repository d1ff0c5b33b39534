import {
  DeleteStorageLensConfiguration,
  GetStorageLensConfiguration,
  ListStorageLensConfigurations,
  PutStorageLensConfiguration,
} from "./configuration.ts"
import { dashboards } from "./dashboard.ts"
import { exportMetrics } from "./export.ts"
import { publishMetrics } from "./publish.ts"
import { beginDay, countBucket, sweepTallies } from "./run.ts"
import {
  DeleteStorageLensConfigurationTagging,
  GetStorageLensConfigurationTagging,
  PutStorageLensConfigurationTagging,
} from "./tagging.ts"
import { tallies } from "./tally.ts"

export const lensOperations = {
  ...{ PutStorageLensConfiguration, GetStorageLensConfiguration },
  ...{ ListStorageLensConfigurations, DeleteStorageLensConfiguration },
  ...{ PutStorageLensConfigurationTagging, GetStorageLensConfigurationTagging },
  DeleteStorageLensConfigurationTagging,
}

export const lensTables = [dashboards, tallies]

export const lensWork = [beginDay, countBucket, exportMetrics, publishMetrics, sweepTallies]
