// ULIDs: sortable by time, made where the act is, so that saying it twice is saying it once.
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Return a new ULID. @param {number} at UTC milliseconds. */
export function ulid(at) {
  let time = "",
    left = Math.floor(at);
  for (let place = 0; place < 10; place += 1) {
    time = ALPHABET[left % 32] + time;
    left = Math.floor(left / 32);
  }
  const chance = crypto.getRandomValues(new Uint8Array(16));
  return time + Array.from(chance, (byte) => ALPHABET[byte % 32]).join("");
}
