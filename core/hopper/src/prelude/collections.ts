// std.list, std.map and std.set: all that calls a function for each item. Each recursion is on the rest of a list,
// so it ends; each is in tail position, so it takes no stack however long the list.

export const LIST = `// Values in order.
module std.list

// Goes through the list from the first item to the last with a value that is carried along: the function is given
// what is carried and the item, and gives what is carried on. That may be a resource.
// example: fold([1, 2, 3], 0, fn(sum: Nat, x: Nat) { sum + x }) == 6
pub fn fold<a, b: Type>(xs: List<a>, start: b, step: fn(b, a) -> b) -> b {
  match xs {
    [] => start
    [x, ..rest] => fold(rest, step(start, x), step)
  }
}

// What the function makes of each item, in order.
// example: [1, 2].map(fn(x: Nat) { x + 1 }) == [2, 3]
pub fn map<a, b>(xs: List<a>, f: fn(a) -> b) -> List<b> = mapped(xs, [], f)

fn mapped<a, b>(xs: List<a>, done: List<b>, f: fn(a) -> b) -> List<b> {
  match xs {
    [] => done
    [x, ..rest] => mapped(rest, done.append(f(x)), f)
  }
}

// The items for which the function says true.
// example: [1, 2, 3, 4].filter(fn(x: Nat) { x > 2 }) == [3, 4]
pub fn filter<a>(xs: List<a>, keep: fn(a) -> Bool) -> List<a> = kept(xs, [], keep)

fn kept<a>(xs: List<a>, done: List<a>, keep: fn(a) -> Bool) -> List<a> {
  match xs {
    [] => done
    [x, ..rest] => kept(rest, if keep(x) { done.append(x) } else { done }, keep)
  }
}

// All lists that the function makes of the items, in one.
// example: [1, 2].flat_map(fn(x: Nat) { [x, 10 * x] }) == [1, 10, 2, 20]
pub fn flat_map<a, b>(xs: List<a>, f: fn(a) -> List<b>) -> List<b> = gathered(xs, [], f)

fn gathered<a, b>(xs: List<a>, done: List<b>, f: fn(a) -> List<b>) -> List<b> {
  match xs {
    [] => done
    [x, ..rest] => gathered(rest, done ++ f(x), f)
  }
}

// Calls the function for each item, in order.
// example: [1, 2].each(fn(x: Nat) { check(x > 0) }) == {}
pub fn each<a>(xs: List<a>, act: fn(a)) {
  match xs {
    [] => {}
    [x, ..rest] => {
      act(x)
      each(rest, act)
    }
  }
}

// The first item for which the function says true.
// example: [1, 2, 3].find(fn(x: Nat) { x > 1 }) == Some(2)
pub fn find<a>(xs: List<a>, wanted: fn(a) -> Bool) -> Option<a> {
  match xs {
    [] => None
    [x, ..rest] => if wanted(x) { Some(x) } else { find(rest, wanted) }
  }
}

// Whether the function says true for some item.
// example: [1, 2].any(fn(x: Nat) { x > 1 })
pub fn any<a>(xs: List<a>, holds: fn(a) -> Bool) -> Bool {
  match xs {
    [] => false
    [x, ..rest] => if holds(x) { true } else { any(rest, holds) }
  }
}

// Whether the function says true for every item.
// example: ![1, 2].all(fn(x: Nat) { x > 1 })
pub fn all<a>(xs: List<a>, holds: fn(a) -> Bool) -> Bool {
  match xs {
    [] => true
    [x, ..rest] => if holds(x) { all(rest, holds) } else { false }
  }
}

// For how many items the function says true.
// example: [1, 2, 3].count(fn(x: Nat) { x > 1 }) == 2
pub fn count<a>(xs: List<a>, holds: fn(a) -> Bool) -> Nat =
  fold(xs, 0, fn(n: Nat, x: a) { if holds(x) { n + 1 } else { n } })

// The sum of the numbers; 0 of none. Amounts have \`std.money.sum\`.
// example: [1, 2, 3].sum() == 6
pub fn sum(xs: List<Nat>) -> Nat = fold(xs, 0, fn(so_far: Nat, x: Nat) { so_far + x })

// The sum of numbers that may be negative; 0 of none.
// example: sum_ints([1, -2]) == -1
pub fn sum_ints(xs: List<Int>) -> Int {
  let zero: Int = 0
  fold(xs, zero, fn(so_far: Int, x: Int) { so_far + x })
}

// Each item with its place.
// example: ["a", "b"].indexed() == [(0, "a"), (1, "b")]
pub fn indexed<a>(xs: List<a>) -> List<(Nat, a)> = range(0, xs.length()).zip(xs)

// The items in the order that the function gives: whether its first argument stands before its second. Items that it
// does not put in order stay as they stood.
// example: [2, 3, 1].sort(fn(x: Nat, y: Nat) { x < y }) == [1, 2, 3]
pub fn sort<a>(xs: List<a>, before: fn(a, a) -> Bool) -> List<a> {
  let runs = fold(xs, [], fn(sorted: List<List<a>>, x: a) { with_run(sorted, [x], before) })
  fold(runs, [], fn(later: List<a>, earlier: List<a>) { merged(earlier, later, [], before) })
}

// Sorted runs, the latest first, each longer than those after it; so there are few of them.
fn with_run<a>(runs: List<List<a>>, run: List<a>, before: fn(a, a) -> Bool) -> List<List<a>> {
  match runs {
    [] => [run]
    [earlier, ..rest] => if earlier.length() > run.length() {
      runs.prepend(run)
    } else {
      with_run(rest, merged(earlier, run, [], before), before)
    }
  }
}

fn merged<a>(xs: List<a>, ys: List<a>, done: List<a>, before: fn(a, a) -> Bool) -> List<a> {
  match xs {
    [] => done ++ ys
    [x, ..more_xs] => match ys {
      [] => done ++ xs
      [y, ..more_ys] => if before(y, x) {
        merged(xs, more_ys, done.append(y), before)
      } else {
        merged(more_xs, ys, done.append(x), before)
      }
    }
  }
}
`;

export const MAP = `// Values by key.
module std.map

// Goes through the entries in the order of their keys with a value that is carried along.
// example: from_list([("a", 1), ("b", 2)]).fold(0, fn(sum: Nat, key: Text, n: Nat) { sum + n }) == 3
pub fn fold<k, v, b: Type>(m: Map<k, v>, start: b, step: fn(b, k, v) -> b) -> b =
  m.to_list().fold(start, fn(carried: b, entry: (k, v)) {
    let (key, value) = entry
    step(carried, key, value)
  })

// The map with what the function makes of each value.
// example: from_list([("a", 1)]).map(fn(key: Text, n: Nat) { n + 1 }).get("a") == 2
pub fn map<k, v, w>(m: Map<k, v>, f: fn(k, v) -> w) -> Map<k, w> =
  from_list(m.to_list().map(fn(entry: (k, v)) {
    let (key, value) = entry
    (key, f(key, value))
  }))

// The map of the entries for which the function says true.
// example: from_list([("a", 1), ("b", 2)]).filter(fn(key: Text, n: Nat) { n > 1 }).keys() == ["b"]
pub fn filter<k, v>(m: Map<k, v>, keep: fn(k, v) -> Bool) -> Map<k, v> =
  from_list(m.to_list().filter(fn(entry: (k, v)) {
    let (key, value) = entry
    keep(key, value)
  }))
`;

export const SET = `// Values, each once.
module std.set

// Goes through the items in order with a value that is carried along.
// example: from_list([3, 1]).fold(0, fn(sum: Nat, x: Nat) { sum + x }) == 4
pub fn fold<a, b: Type>(s: Set<a>, start: b, step: fn(b, a) -> b) -> b = s.to_list().fold(start, step)

// The set of what the function makes of the items.
// example: from_list([1, 2]).map(fn(x: Nat) { 7 * x }).to_list() == [7, 14]
pub fn map<a, b>(s: Set<a>, f: fn(a) -> b) -> Set<b> = from_list(s.to_list().map(f))

// The set of the items for which the function says true.
// example: from_list([1, 2]).filter(fn(x: Nat) { x > 1 }).to_list() == [2]
pub fn filter<a>(s: Set<a>, keep: fn(a) -> Bool) -> Set<a> = from_list(s.to_list().filter(keep))
`;
