// std.option and std.result: what may be missing, and what may have gone wrong as expected (L3). Both may hold a
// resource; then they are one, and only what moves it out can be used.

export const OPTION = `// What may be missing.
module std.option

// A value, or none. It is a resource exactly if the value is one.
type Option<a: Type> { None, Some(a) }

// There was no value.
error NoValue

// Whether there is a value.
// example: Some(1).is_some()
pub fn is_some<a>(o: Option<a>) -> Bool {
  match o {
    None => false
    Some(x) => true
  }
}

// Whether there is no value.
// example: !Some(1).is_none()
pub fn is_none<a>(o: Option<a>) -> Bool = !is_some(o)

// The value; without one it ends the transaction with \`NoValue\`.
// example: Some(1).get() == 1
pub fn get<a: Type>(o: Option<a>) -> a fails {
  match o {
    None => abort NoValue
    Some(x) => x
  }
}

// The value, or another if there is none.
// example: Some(1).or(2) == 1
// example: None.or(2) == 2
pub fn or<a>(o: Option<a>, other: a) -> a {
  match o {
    None => other
    Some(x) => x
  }
}

// What the function makes of the value, if there is one.
// example: Some(1).map(fn(x: Nat) { x + 1 }) == Some(2)
pub fn map<a: Type, b: Type>(o: Option<a>, f: fn(a) -> b) -> Option<b> {
  match o {
    None => None
    Some(x) => Some(f(x))
  }
}

// What the function makes of the value, if there is one, which may be nothing again.
// example: Some(7).and_then(fn(x: Nat) { [5, 6].get(x) }) == None
pub fn and_then<a: Type, b: Type>(o: Option<a>, f: fn(a) -> Option<b>) -> Option<b> {
  match o {
    None => None
    Some(x) => f(x)
  }
}

// A list of the value, or an empty one.
// example: Some(1).to_list() == [1]
pub fn to_list<a>(o: Option<a>) -> List<a> {
  match o {
    None => []
    Some(x) => [x]
  }
}
`;

export const RESULT = `// What may have gone wrong, where that is expected.
module std.result

// A value, or what is wrong. It is a resource exactly if the value is one.
type Result<a: Type, e> { Ok(a), Err(e) }

// There was an \`Err\`.
error NotOk

// Whether there is a value.
// example: percent_of(5).is_ok()
pub fn is_ok<a, e>(r: Result<a, e>) -> Bool {
  match r {
    Ok(x) => true
    Err(wrong) => false
  }
}

// Whether something is wrong.
// example: percent_of(500).is_err()
pub fn is_err<a, e>(r: Result<a, e>) -> Bool = !is_ok(r)

// The value; without one it ends the transaction with \`NotOk\`.
// example: percent_of(5).get() == 5
pub fn get<a: Type, e>(r: Result<a, e>) -> a fails {
  match r {
    Ok(x) => x
    Err(wrong) => abort NotOk
  }
}

// The value, or another if something is wrong.
// example: percent_of(500).or(0) == 0
pub fn or<a, e>(r: Result<a, e>, other: a) -> a {
  match r {
    Ok(x) => x
    Err(wrong) => other
  }
}

// What the function makes of the value.
// example: percent_of(5).map(fn(x: Nat) { x + 1 }).or(0) == 6
pub fn map<a: Type, b: Type, e>(r: Result<a, e>, f: fn(a) -> b) -> Result<b, e> {
  match r {
    Ok(x) => Ok(f(x))
    Err(wrong) => Err(wrong)
  }
}

// What the function makes of what is wrong.
// example: percent_of(500).map_err(fn(wrong: Text) { wrong.length() }) == Err(8)
pub fn map_err<a: Type, e, d>(r: Result<a, e>, f: fn(e) -> d) -> Result<a, d> {
  match r {
    Ok(x) => Ok(x)
    Err(wrong) => Err(f(wrong))
  }
}

// What the function makes of the value, which may go wrong again.
// example: percent_of(60).and_then(fn(x: Nat) { percent_of(2 * x) }) == Err("too much")
pub fn and_then<a: Type, b: Type, e>(r: Result<a, e>, f: fn(a) -> Result<b, e>) -> Result<b, e> {
  match r {
    Ok(x) => f(x)
    Err(wrong) => Err(wrong)
  }
}

// The value, if there is one.
// example: percent_of(5).to_option() == Some(5)
pub fn to_option<a: Type, e>(r: Result<a, e>) -> Option<a> {
  match r {
    Ok(x) => Some(x)
    Err(wrong) => None
  }
}

// The value of an option, or what is wrong if it has none.
// example: from_option([5].first(), "empty") == Ok(5)
pub fn from_option<a: Type, e>(o: Option<a>, wrong: e) -> Result<a, e> {
  match o {
    Some(x) => Ok(x)
    None => Err(wrong)
  }
}
`;
