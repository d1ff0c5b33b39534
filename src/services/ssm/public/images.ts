import { hash } from "node:crypto"

/**
 * Images of Amazon Linux under the names of "Calling AMI public parameters". AWS's ids differ by
 * Region and change with each release: ours differ by Region and stay, so that EC2 can have the
 * same images.
 */
export const IMAGES: readonly string[] = Object.freeze([
  "al2023-ami-kernel-default-arm64",
  "al2023-ami-kernel-default-x86_64",
  "al2023-ami-minimal-kernel-default-arm64",
  "al2023-ami-minimal-kernel-default-x86_64",
  "amzn2-ami-hvm-arm64-gp2",
  "amzn2-ami-hvm-x86_64-ebs",
  "amzn2-ami-hvm-x86_64-gp2",
  "amzn2-ami-kernel-5.10-hvm-arm64-gp2",
  "amzn2-ami-kernel-5.10-hvm-x86_64-gp2",
])

/** `ami-` and 17 hexadecimal digits, the first of them 0 as AWS's have it. */
export const imageId = (region: string, name: string): string =>
  `ami-0${hash("sha256", `${region}/${name}`).slice(0, 16)}`
