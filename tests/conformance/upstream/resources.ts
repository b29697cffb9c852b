import { type ReadResourceResult, ResourceNotFoundError } from '@modelcontextprotocol/server'
import { PNG } from './content.ts'

/** The resources that the official conformance suites look for. */
export const RESOURCES = [
  { uri: 'test://static-text', name: 'Static text', mimeType: 'text/plain' },
  { uri: 'test://static-binary', name: 'Static binary', mimeType: 'image/png' },
  { uri: 'test://watched-resource', name: 'Watched', mimeType: 'text/plain' },
].map((resource) => ({ ...resource, description: `The resource ${resource.name}` }))

export const RESOURCE_TEMPLATES = [
  {
    uriTemplate: 'test://template/{id}/data',
    name: 'Data of an id',
    description: 'What is known of an id',
    mimeType: 'application/json',
  },
]

export function read(uri: string): ReadResourceResult {
  const data = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)
  if (data) {
    const text = JSON.stringify({
      id: data[1],
      templateTest: true,
      data: `Data for ID: ${data[1]}`,
    })
    return { contents: [{ uri, mimeType: 'application/json', text }] }
  }
  switch (uri) {
    case 'test://static-text': {
      const text = 'This is the content of the static text resource.'
      return { contents: [{ uri, mimeType: 'text/plain', text }] }
    }
    case 'test://static-binary':
      return { contents: [{ uri, mimeType: 'image/png', blob: PNG }] }
    case 'test://watched-resource':
      return { contents: [{ uri, mimeType: 'text/plain', text: 'Watched resource content' }] }
    default:
      throw new ResourceNotFoundError(uri)
  }
}
