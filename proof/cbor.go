package proof

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// The CBOR major types that pedigree's objects use (RFC 8949 section 3.1).
const (
	majorUint  = 0
	majorBytes = 2
	majorText  = 3
	majorArray = 4
	majorMap   = 5
	majorOther = 7

	cborFalse = 0xf4
	cborTrue  = 0xf5
	cborNull  = 0xf6
)

// ErrCBOR marks every refusal of the strict CBOR reader.
var ErrCBOR = errors.New("not the one accepted encoding")

// Reader reads deterministic CBOR (RFC 8949 section 4.2.1): shortest lengths,
// definite sizes, no tags, no floats, UTF-8 text. Anything else is an error, so
// that an object has exactly one encoding. The first error sticks; read all the
// fields, then call Done.
type Reader struct {
	b    []byte
	off  int
	err  error
	part string
}

// NewReader reads from b. Byte strings it returns share b's memory.
func NewReader(b []byte) *Reader { return &Reader{b: b} }

// Err returns the first error met.
func (r *Reader) Err() error { return r.err }

// In names the part of the object that is read from here on, so that an error
// tells it (see PartError).
func (r *Reader) In(part string) { r.part = part }

// Done returns the first error met, or an error when bytes are left over.
func (r *Reader) Done() error {
	if r.err == nil && r.off != len(r.b) {
		r.fail("has %d trailing bytes", len(r.b)-r.off)
	}
	return r.err
}

// Offset is the number of bytes consumed.
func (r *Reader) Offset() int { return r.off }

func (r *Reader) fail(format string, args ...any) {
	if r.err != nil {
		return
	}
	r.err = fmt.Errorf("%w: at byte %d the CBOR %s", ErrCBOR, r.off, fmt.Sprintf(format, args...))
	if r.part != "" {
		r.err = &PartError{Part: r.part, Err: r.err}
	}
}

// Refuse records an error of the caller's own at the present position, such as
// a value out of range. The first error wins.
func (r *Reader) Refuse(format string, args ...any) { r.fail(format, args...) }

func (r *Reader) head(major byte) uint64 {
	if r.err != nil {
		return 0
	}
	if r.off >= len(r.b) {
		r.fail("ends too early")
		return 0
	}
	first := r.b[r.off]
	if first>>5 != major {
		r.fail("has major type %d where %d is expected", first>>5, major)
		return 0
	}
	info := first & 0x1f
	if info < 24 {
		r.off++
		return uint64(info)
	}
	if info > 27 {
		r.fail("uses an indefinite or reserved length")
		return 0
	}
	width := 1 << (info - 24)
	if len(r.b)-r.off-1 < width {
		r.fail("ends inside a length")
		return 0
	}
	n, least := readWidth(r.b[r.off+1:], width)
	if n < least {
		r.fail("has a length that is not the shortest")
		return 0
	}
	r.off += 1 + width
	return n
}

// readWidth reads a big-endian number of 1, 2, 4 or 8 bytes and returns the
// least value for which that width is the shortest one.
func readWidth(b []byte, width int) (n, least uint64) {
	switch width {
	case 1:
		return uint64(b[0]), 24
	case 2:
		return uint64(binary.BigEndian.Uint16(b)), 1 << 8
	case 4:
		return uint64(binary.BigEndian.Uint32(b)), 1 << 16
	default:
		return binary.BigEndian.Uint64(b), 1 << 32
	}
}

// Uint reads an unsigned integer.
func (r *Reader) Uint() uint64 { return r.head(majorUint) }

// UintMax reads an unsigned integer of at most limit.
func (r *Reader) UintMax(limit uint64) uint64 {
	n := r.head(majorUint)
	if r.err == nil && n > limit {
		r.fail("has the number %d where at most %d is allowed", n, limit)
		return 0
	}
	return n
}

// Bytes reads a byte string of at most limit bytes.
func (r *Reader) Bytes(limit int) []byte { return r.str(majorBytes, limit) }

// Fixed reads a byte string of exactly n bytes.
func (r *Reader) Fixed(n int) []byte {
	b := r.str(majorBytes, n)
	if r.err == nil && len(b) != n {
		r.fail("has %d bytes where %d are expected", len(b), n)
	}
	if r.err != nil {
		return make([]byte, n)
	}
	return b
}

// Hash reads a byte string of 32 bytes.
func (r *Reader) Hash() Hash { return Hash(r.Fixed(HashSize)) }

// Text reads a UTF-8 text string of at most limit bytes.
func (r *Reader) Text(limit int) string {
	b := r.str(majorText, limit)
	if r.err == nil && !utf8.Valid(b) {
		r.fail("has text that is not UTF-8")
		return ""
	}
	return string(b)
}

func (r *Reader) str(major byte, limit int) []byte {
	n := r.head(major)
	if r.err != nil {
		return nil
	}
	if n > uint64(limit) {
		r.fail("has a string of %d bytes where at most %d are allowed", n, limit)
		return nil
	}
	if uint64(len(r.b)-r.off) < n {
		r.fail("ends inside a string")
		return nil
	}
	b := r.b[r.off : r.off+int(n) : r.off+int(n)]
	r.off += int(n)
	return b
}

// Array reads the head of an array of at most limit items and returns its length.
func (r *Reader) Array(limit int) int { return r.collection(majorArray, limit) }

// ArrayOf reads the head of an array of exactly n items.
func (r *Reader) ArrayOf(n int) {
	if got := r.collection(majorArray, n); r.err == nil && got != n {
		r.fail("has an array of %d items where %d are expected", got, n)
	}
}

// Map reads the head of a map of at most limit pairs and returns its length.
func (r *Reader) Map(limit int) int { return r.collection(majorMap, limit) }

func (r *Reader) collection(major byte, limit int) int {
	n := r.head(major)
	if r.err == nil && n > uint64(limit) {
		r.fail("has %d items where at most %d are allowed", n, limit)
	}
	if r.err != nil {
		return 0
	}
	return int(n)
}

// Bool reads true or false.
func (r *Reader) Bool() bool {
	switch {
	case r.err != nil:
	case r.off >= len(r.b):
		r.fail("ends too early")
	case r.b[r.off] == cborTrue:
		r.off++
		return true
	case r.b[r.off] == cborFalse:
		r.off++
	default:
		r.fail("has something else where true or false is expected")
	}
	return false
}

// Null reports whether null comes next, and if so reads it.
func (r *Reader) Null() bool {
	if r.err == nil && r.off < len(r.b) && r.b[r.off] == cborNull {
		r.off++
		return true
	}
	return false
}

// Raw reads one whole item of any accepted type, nested at most depth levels,
// and returns its bytes.
func (r *Reader) Raw(depth int) []byte {
	start := r.off
	r.skip(depth)
	if r.err != nil {
		return nil
	}
	return r.b[start:r.off:r.off]
}

func (r *Reader) skip(depth int) {
	if r.err != nil {
		return
	}
	if depth < 0 {
		r.fail("is nested too deeply")
		return
	}
	if r.off >= len(r.b) {
		r.fail("ends too early")
		return
	}
	switch major := r.b[r.off] >> 5; major {
	case majorUint:
		r.head(majorUint)
	case majorBytes:
		r.str(major, len(r.b))
	case majorText:
		r.Text(len(r.b))
	case majorArray:
		for n := r.Array(len(r.b)); n > 0 && r.err == nil; n-- {
			r.skip(depth - 1)
		}
	case majorMap:
		r.fail("has a map where none is allowed")
	default:
		r.skipSimple()
	}
}

func (r *Reader) skipSimple() {
	switch r.b[r.off] {
	case cborFalse, cborTrue, cborNull:
		r.off++
	default:
		r.fail("has a type that pedigree does not use (byte %#02x)", r.b[r.off])
	}
}

// AppendUint appends an unsigned integer.
func AppendUint(b []byte, n uint64) []byte { return appendHead(b, majorUint, n) }

// AppendBytes appends a byte string.
func AppendBytes(b, s []byte) []byte {
	return append(appendHead(b, majorBytes, uint64(len(s))), s...)
}

// AppendText appends a text string.
func AppendText(b []byte, s string) []byte {
	return append(appendHead(b, majorText, uint64(len(s))), s...)
}

// AppendArray appends the head of an array of n items.
func AppendArray(b []byte, n int) []byte { return appendHead(b, majorArray, uint64(n)) }

// AppendMap appends the head of a map of n pairs; the caller appends the pairs
// in ascending order of their encoded keys.
func AppendMap(b []byte, n int) []byte { return appendHead(b, majorMap, uint64(n)) }

// AppendBool appends true or false.
func AppendBool(b []byte, v bool) []byte {
	if v {
		return append(b, cborTrue)
	}
	return append(b, cborFalse)
}

// AppendNull appends null.
func AppendNull(b []byte) []byte { return append(b, cborNull) }

func appendHead(b []byte, major byte, n uint64) []byte {
	m := major << 5
	switch {
	case n < 24:
		return append(b, m|byte(n))
	case n < 1<<8:
		return append(b, m|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, m|25), uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, m|26), uint32(n))
	default:
		return binary.BigEndian.AppendUint64(append(b, m|27), n)
	}
}
