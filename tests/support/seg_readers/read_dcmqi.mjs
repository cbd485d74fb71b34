// Prints what dcmqi reads from a SEG: one JSON list entry for each segment and plane that is not empty.
// Usage: node read_dcmqi.mjs NODE_MODULES FILE    (NODE_MODULES holds the npm package @itk-wasm/dicom)
import crypto from 'node:crypto'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, file] = process.argv.slice(2)
const entry = path.resolve(modules, '@itk-wasm/dicom/dist/index-node.js')
const { readOverlappingSegmentationNode } = await import(pathToFileURL(entry))
const { segImage, metaInfo } = await readOverlappingSegmentationNode(path.resolve(file))

const [columns, rows, slices] = segImage.size
const components = segImage.imageType.components
const plane = columns * rows
const result = []
metaInfo.segmentAttributes.forEach((group, component) => {
  for (const { labelID } of group) {
    for (let slice = 0; slice < slices; ++slice) {
      const bytes = Buffer.alloc(plane)
      let any = false
      for (let i = 0; i < plane; ++i) {
        const inside = Number(segImage.data[(slice * plane + i) * components + component]) === labelID
        bytes[i] = inside ? 1 : 0
        any ||= inside
      }
      if (any) {
        const z = segImage.origin[2] + slice * segImage.spacing[2] * segImage.direction[8]
        result.push({ segment: labelID, z, sha1: crypto.createHash('sha1').update(bytes).digest('hex') })
      }
    }
  }
})
console.log(JSON.stringify(result))
