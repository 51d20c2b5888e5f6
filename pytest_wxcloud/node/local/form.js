'use strict';
// multipart/form-data. Source: RFC 7578.

// The fields of a form: name → bytes.
function fieldsOf(body, contentType) {
  const fields = Object.create(null);
  const [, boundary] = /boundary="?([^";]+)/.exec(contentType || '') || [];
  if (boundary === undefined) return fields;
  const mark = Buffer.from(`\r\n--${boundary}`);
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  let start = whole.indexOf(mark);
  for (let end = whole.indexOf(mark, start + 1); start >= 0 && end >= 0; end = whole.indexOf(mark, start + 1)) {
    const part = whole.subarray(start + mark.length, end);
    const gap = part.indexOf('\r\n\r\n');
    const [, name] = /; name="([^"]*)"/i.exec(part.toString('utf8', 0, gap)) || [];
    if (name !== undefined) fields[name] = part.subarray(gap + 4);
    start = end;
  }
  return fields;
}

module.exports = { fieldsOf };
