import {
  DeleteSSHPublicKey,
  GetSSHPublicKey,
  ListSSHPublicKeys,
  sshKeys,
  UpdateSSHPublicKey,
  UploadSSHPublicKey,
} from "./ssh-key.ts"

export const sshKeyOperations = {
  ...{ UploadSSHPublicKey, GetSSHPublicKey, ListSSHPublicKeys },
  ...{ UpdateSSHPublicKey, DeleteSSHPublicKey },
}

export const sshKeyTables = [sshKeys]
