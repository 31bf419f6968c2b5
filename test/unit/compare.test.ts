import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agrees } from '../../src/cases/compare.ts'

const strict = { ordered: false, anyColumnOrder: false }

test('numbers agree to six digits, whatever their notation', () => {
  assert.ok(agrees([[1], ['2.50'], [43.3333331]], [[[1.0], [2.5], [43.3333333]]], strict))
  assert.ok(!agrees([[43.334]], [[[43.333]]], strict))
})

test('order counts only when the gold is ordered', () => {
  assert.ok(agrees([['b'], ['a']], [[['a'], ['b']]], strict))
  assert.ok(!agrees([['b'], ['a']], [[['a'], ['b']]], { ordered: true, anyColumnOrder: false }))
})

test('columns may change places only when that is allowed, and all rows together', () => {
  const gold = [['x', 1], ['y', 2]] // biome-ignore format: a table
  assert.ok(
    !agrees(
      [
        [1, 'x'],
        [2, 'y'],
      ],
      [gold],
      strict,
    ),
  )
  assert.ok(
    agrees(
      [
        [1, 'x'],
        [2, 'y'],
      ],
      [gold],
      { ordered: false, anyColumnOrder: true },
    ),
  )
  assert.ok(
    !agrees(
      [
        [1, 'y'],
        [2, 'x'],
      ],
      [gold],
      { ordered: false, anyColumnOrder: true },
    ),
  )
})

test('columns of equal values are told apart by their rows', () => {
  const gold = [['a', 'b', 1], ['b', 'a', 2]] // biome-ignore format: a table
  const any = { ordered: false, anyColumnOrder: true }
  assert.ok(
    agrees(
      [
        ['b', 'a', 1],
        ['a', 'b', 2],
      ],
      [gold],
      any,
    ),
  )
  assert.ok(
    !agrees(
      [
        ['a', 'b', 1],
        ['a', 'b', 2],
      ],
      [gold],
      any,
    ),
  )
})

test('duplicates count', () => {
  assert.ok(!agrees([['a'], ['a'], ['b']], [[['a'], ['b'], ['b']]], strict))
})

test('NULL agrees with NULL only; a date with its midnight', () => {
  assert.ok(agrees([[null]], [[[null]]], strict))
  assert.ok(!agrees([['']], [[[null]]], strict))
  assert.ok(agrees([['2020-01-01']], [[['2020-01-01 00:00:00']]], strict))
})

test('leading zeros are text', () => {
  assert.ok(!agrees([['007']], [[[7]]], strict))
})

test('any of several golds will do', () => {
  assert.ok(agrees([['a', 1]], [[['a']], [['a', 1]]], strict))
})

test('empty agrees with empty', () => {
  assert.ok(agrees([], [[]], strict))
  assert.ok(!agrees([], [[[0]]], strict))
})
