import { GenerateDataKey, GenerateDataKeyWithoutPlaintext } from "./data-key.ts"
import { GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext } from "./data-key-pair.ts"
import { Decrypt } from "./decrypt.ts"
import { Encrypt } from "./encrypt.ts"
import { GenerateRandom } from "./random.ts"
import { ReEncrypt } from "./re-encrypt.ts"
import { DeriveSharedSecret } from "./shared-secret.ts"

export const cipherOperations = {
  ...{ Encrypt, Decrypt, ReEncrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext },
  ...{ GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext },
  ...{ GenerateRandom, DeriveSharedSecret },
}
