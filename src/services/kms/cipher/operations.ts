import { GenerateDataKey, GenerateDataKeyWithoutPlaintext } from "./data-key.ts"
import { Decrypt } from "./decrypt.ts"
import { Encrypt } from "./encrypt.ts"
import { GenerateRandom } from "./random.ts"
import { ReEncrypt } from "./re-encrypt.ts"

export const cipherOperations = {
  ...{ Encrypt, Decrypt, ReEncrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext },
  ...{ GenerateRandom },
}
