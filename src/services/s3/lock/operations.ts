import { GetObjectLockConfiguration, PutObjectLockConfiguration } from "./configuration.ts"
import {
  GetObjectLegalHold,
  GetObjectRetention,
  PutObjectLegalHold,
  PutObjectRetention,
} from "./object-lock.ts"

export const lockOperations = {
  ...{ PutObjectLockConfiguration, GetObjectLockConfiguration },
  ...{ PutObjectRetention, GetObjectRetention, PutObjectLegalHold, GetObjectLegalHold },
}
