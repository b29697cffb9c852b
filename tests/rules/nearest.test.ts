import { describe, expect, it } from 'vitest'
import { nearest } from '../../src/rules/nearest.ts'

describe('the nearest name', () => {
  it.for([
    ['one letter of a short word', 'nme', ['name'], 'name'],
    ['letters that changed places', 'naem', ['name'], 'name'],
    ['letters at the beginning that changed places', 'anme', ['name'], 'name'],
    ['upper case', 'NAME', ['name'], 'name'],
    ['three letters of a long word', 'anotattionz', ['annotations'], 'annotations'],
    ['the nearer one of two', 'titel', ['tiles', 'title'], 'title'],
    ['nothing two letters away from a short word', 'nxxe', ['name'], undefined],
    ['nothing where only the first letter moved', 'nmxe', ['name'], undefined],
    ['nothing where only the second letter moved', 'nxae', ['name'], undefined],
    ['nothing where letters moved and another is wrong', 'emtx', ['meta'], undefined],
    ['nothing among none', 'name', [], undefined],
  ] as const)('forgives %s', ([, word, candidates, expected]) => {
    expect(nearest(word, candidates)).toBe(expected)
  })
})
