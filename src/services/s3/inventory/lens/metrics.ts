/** Metrics by name. */
export type Metrics = Readonly<Record<string, number>>

/** What is counted of all that lies in a bucket, by storage class (free metrics). */
export const STORAGE_METRICS: readonly string[] = Object.freeze([
  ...["StorageBytes", "ObjectCount", "CurrentVersionStorageBytes", "CurrentVersionObjectCount"],
  ...["NonCurrentVersionStorageBytes", "NonCurrentVersionObjectCount"],
  ...["DeleteMarkerStorageBytes", "DeleteMarkerObjectCount"],
  ...["IncompleteMultipartUploadStorageBytes", "IncompleteMultipartUploadObjectCount"],
  ...["IncompleteMPUStorageBytesOlderThan7Days", "IncompleteMPUObjectCountOlderThan7Days"],
  ...["EncryptedStorageBytes", "EncryptedObjectCount", "ReplicatedStorageBytes"],
  ...["ReplicatedObjectCount", "ReplicatedStorageBytesSource", "ReplicatedObjectCountSource"],
  ...["ObjectLockEnabledStorageBytes", "ObjectLockEnabledObjectCount"],
])

/** The steps in which sizes of requests and objects are told, from nothing to more than 4 GB. */
export const DISTRIBUTION: readonly string[] = Object.freeze([
  ...["0KB", "0KBTo128KB", "128KBTo256KB", "256KBTo512KB", "512KBTo1MB", "1MBTo2MB", "2MBTo4MB"],
  ...["4MBTo8MB", "8MBTo16MB", "16MBTo32MB", "32MBTo64MB", "64MBTo128MB", "128MBTo256MB"],
  ...["256MBTo512MB", "512MBTo1GB", "1GBTo2GB", "2GBTo4GB", "LargerThan4GB"],
])

/** Of all that lies in a bucket, by storage class. */
export const OBJECT_SIZES: readonly string[] = Object.freeze(
  DISTRIBUTION.map((step) => `Object${step}Count`),
)

/**
 * What is told of buckets by those dashboards alone that ask for it, by the name under which they do
 * ("Amazon S3 Storage Lens metrics glossary", advanced metrics).
 */
export const ADVANCED_METRICS = Object.freeze({
  ActivityMetrics: [
    ...["AllRequests", "GetRequests", "PutRequests", "HeadRequests", "DeleteRequests"],
    ...["ListRequests", "PostRequests", "SelectRequests"],
    ...["SelectScannedBytes", "SelectReturnedBytes", "BytesDownloaded", "BytesUploaded"],
    ...["4xxErrors", "5xxErrors"],
  ],
  DetailedStatusCodesMetrics: [
    ...["200OKStatusCount", "206PartialContentStatusCount", "400BadRequestErrorCount"],
    ...["403ForbiddenErrorCount", "404NotFoundErrorCount", "500InternalServerErrorCount"],
    "503ServiceUnavailableErrorCount",
  ],
  AdvancedCostOptimizationMetrics: [
    ...["TransitionLifecycleRuleCount", "ExpirationLifecycleRuleCount"],
    "NoncurrentVersionTransitionLifecycleRuleCount",
    "NoncurrentVersionExpirationLifecycleRuleCount",
    ...["AbortIncompleteMPULifecycleRuleCount", "ExpiredObjectDeleteMarkerLifecycleRuleCount"],
    "TotalLifecycleRuleCount",
  ],
  AdvancedDataProtectionMetrics: [
    ...["AllUnsupportedSignatureRequests", "AllUnsupportedTLSRequests", "AllSSEKMSRequests"],
    ...["SameRegionReplicationRuleCount", "CrossRegionReplicationRuleCount"],
    ...["SameAccountReplicationRuleCount", "CrossAccountReplicationRuleCount"],
    "InvalidDestinationReplicationRuleCount",
  ],
  AdvancedPerformanceMetrics: [
    // Of these two averages are told.
    ...["LatencyMs", "TimedRequests"],
    ...DISTRIBUTION.map((step) => `Read${step}RequestCount`),
    ...DISTRIBUTION.map((step) => `Write${step}RequestCount`),
    ...OBJECT_SIZES,
    ...["ConcurrentPut503ErrorCount", "CrossRegionRequestCount", "CrossRegionTransferredBytes"],
    "CrossRegionWithoutReplicationRequestCount",
    "CrossRegionWithoutReplicationTransferredBytes",
    ...["InRegionRequestCount", "InRegionTransferredBytes", "UniqueObjectsAccessedDailyCount"],
  ],
} as const)

export type AdvancedGroup = keyof typeof ADVANCED_METRICS

/** Metrics as they are told: sums become averages at the end, when all of them are together. */
export function averaged({ LatencyMs, TimedRequests, ...metrics }: Metrics): Metrics {
  if (LatencyMs === undefined) return metrics
  const average = Math.round(LatencyMs / Math.max(TimedRequests ?? 0, 1))
  return { ...metrics, AverageFirstByteLatency: average, AverageTotalRequestLatency: average }
}
