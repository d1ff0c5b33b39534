import {
  DeleteStorageLensConfiguration,
  GetStorageLensConfiguration,
  ListStorageLensConfigurations,
  PutStorageLensConfiguration,
} from "./configuration.ts"
import { dashboards } from "./dashboard.ts"
import { groups } from "./group.ts"
import {
  CreateStorageLensGroup,
  DeleteStorageLensGroup,
  GetStorageLensGroup,
  ListStorageLensGroups,
  UpdateStorageLensGroup,
} from "./groups.ts"
import { exportMetrics } from "./export.ts"
import { publishMetrics } from "./publish.ts"
import { beginDay, countBucket, sweepTallies, watchBuckets } from "./run.ts"
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
  ...{ CreateStorageLensGroup, GetStorageLensGroup, ListStorageLensGroups },
  ...{ UpdateStorageLensGroup, DeleteStorageLensGroup },
}

export const lensTables = [dashboards, tallies, groups]

export const lensWork = [
  beginDay,
  countBucket,
  exportMetrics,
  publishMetrics,
  sweepTallies,
  watchBuckets,
]
