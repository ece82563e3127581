// Where a text stands in another, by the algorithm of Knuth, Morris and Pratt: in time that grows with both lengths
// together, whatever they are. A host's own search may take their product for texts that are made for it.

/** For each length of the part's beginning: the longest of its ends, other than itself, that the part begins with. */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length + 1);
  let border = 0;
  for (let i = 1; i < part.length; i++) {
    const unit = part.charCodeAt(i);
    while (border > 0 && unit !== part.charCodeAt(border)) border = borders[border]!;
    if (unit === part.charCodeAt(border)) border += 1;
    borders[i + 1] = border;
  }
  return borders;
}

/** The places where the part stands, in units of the host, none within another; at most `most` of them. */
export function placesOf(text: string, part: string, most: number): number[] {
  const borders = bordersOf(part);
  const places: number[] = [];
  let matched = 0;
  for (let i = 0; i < text.length && places.length < most; i++) {
    const unit = text.charCodeAt(i);
    while (matched > 0 && unit !== part.charCodeAt(matched)) matched = borders[matched]!;
    if (unit === part.charCodeAt(matched)) matched += 1;
    if (matched === part.length) {
      places.push(i + 1 - part.length);
      matched = 0;
    }
  }
  return places;
}
