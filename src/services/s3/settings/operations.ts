import { PutBucketEncryption, GetBucketEncryption, DeleteBucketEncryption } from "./encryption.ts"
import { PutBucketTagging, GetBucketTagging, DeleteBucketTagging } from "./tagging.ts"
import { PutBucketRequestPayment, GetBucketRequestPayment } from "./payment.ts"
import {
  PutBucketAccelerateConfiguration,
  GetBucketAccelerateConfiguration,
} from "./acceleration.ts"
import { PutBucketAbac, GetBucketAbac } from "./abac.ts"
import {
  PutBucketMetricsConfiguration,
  GetBucketMetricsConfiguration,
  DeleteBucketMetricsConfiguration,
  ListBucketMetricsConfigurations,
} from "./metrics.ts"
import {
  PutBucketAnalyticsConfiguration,
  GetBucketAnalyticsConfiguration,
  DeleteBucketAnalyticsConfiguration,
  ListBucketAnalyticsConfigurations,
} from "./analytics.ts"
import {
  PutBucketIntelligentTieringConfiguration,
  GetBucketIntelligentTieringConfiguration,
  DeleteBucketIntelligentTieringConfiguration,
  ListBucketIntelligentTieringConfigurations,
} from "./intelligent-tiering.ts"

export const settingOperations = {
  ...{ PutBucketEncryption, GetBucketEncryption, DeleteBucketEncryption },
  ...{ PutBucketTagging, GetBucketTagging, DeleteBucketTagging },
  ...{ PutBucketRequestPayment, GetBucketRequestPayment },
  ...{ PutBucketAccelerateConfiguration, GetBucketAccelerateConfiguration },
  ...{ PutBucketAbac, GetBucketAbac },
  ...{
    PutBucketMetricsConfiguration,
    GetBucketMetricsConfiguration,
    DeleteBucketMetricsConfiguration,
    ListBucketMetricsConfigurations,
  },
  ...{
    PutBucketAnalyticsConfiguration,
    GetBucketAnalyticsConfiguration,
    DeleteBucketAnalyticsConfiguration,
    ListBucketAnalyticsConfigurations,
  },
  ...{
    PutBucketIntelligentTieringConfiguration,
    GetBucketIntelligentTieringConfiguration,
    DeleteBucketIntelligentTieringConfiguration,
    ListBucketIntelligentTieringConfigurations,
  },
}
