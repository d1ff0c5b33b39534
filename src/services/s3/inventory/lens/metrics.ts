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
} as const)

export type AdvancedGroup = keyof typeof ADVANCED_METRICS
