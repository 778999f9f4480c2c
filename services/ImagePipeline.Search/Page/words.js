// Numbers, dates and codes as people read them.

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** 812 B, 45.1 kB, 3.2 MB (powers of 1000). */
export function bytes(count) {
  let value = count, unit = 0;
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit]}`;
}

export const count = number => number.toLocaleString('en-GB');

/** 1 file, 2 files. */
export const counted = (number, one, many = one + 's') => `${count(number)} ${number === 1 ? one : many}`;

export const size = image => `${image.width_px} × ${image.height_px}`;

/** 2024-05-31 12:00, or a dash. Camera times have no zone. */
export const time = text => text ? text.replace('T', ' ').slice(0, 16) : '–';

export const name = path => path.slice(path.replace(/\/+$/, '').lastIndexOf('/') + 1);

export const folder = path => path.slice(0, path.length - name(path).length);

export const distance = number => number < 0.005 ? number.toFixed(3) : number.toFixed(2);

/** Address of the view of a cluster. */
export const clusterHash = cluster => `#/clusters?cluster=${cluster.number}`;

const kinds = {
  same_bytes: 'Same file', same_pixels: 'Same picture, other file', edited_copy: 'Edited copy', similar: 'Looks alike',
};

export const kind = code => kinds[code] ?? code;

/** Kinds of copies, for a choice. */
export const kindChoices = (all, ...codes) => [['', all], ...codes.map(code => [code, kinds[code]])];

export const rules = [
  ['resolution', 'the most pixels'], ['lossless', 'a format without loss'], ['largest', 'the most bytes'], ['smallest', 'the fewest bytes'],
  ['oldest', 'the oldest'], ['newest', 'the newest'], ['shortest_path', 'the shortest path'],
];

const reasons = {
  empty_file: 'The file is empty', too_many_bytes: 'The file is too large', not_an_image: 'Not a picture',
  unsupported_format: 'A kind of picture that is not read', zero_size: 'A picture without a size', too_many_pixels: 'Too many pixels',
  too_many_frames: 'Too many frames', truncated: 'The file ends too early', corrupt: 'The file is damaged',
  unreadable: 'Could not be read', vanished: 'Gone when it was read', changed: 'Changed while it was read',
  unavailable: 'The store did not give it', internal_error: 'A fault of the program',
};

/** What a reason code means. */
export const reason = code => reasons[code] ?? code;
