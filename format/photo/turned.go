package photo

import (
	"bytes"
	"encoding/binary"
)

// orientationTag says which way up a picture is: 1 to 8 (Exif 3.0, 4.6.5).
const orientationTag = 0x0112

// orientation reads which way up a picture is from its Exif; 1, as it lies, where that
// can't be read.
func orientation(tiff []byte) int {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return 1
	}
	if len(tiff) < 8 {
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	fields := min(uint64(order.Uint16(tiff[at:])), exifTagMax)
	for i := range fields {
		field := at + 2 + 12*i
		if field+12 > uint64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[field:]) != orientationTag {
			continue
		}
		if way := int(order.Uint16(tiff[field+8:])); way >= 1 && way <= 8 {
			return way
		}
		return 1
	}
	return 1
}

// withOrientation puts into a JPEG an Exif that says which way up it is, and nothing else.
func withOrientation(jpeg []byte, way int) []byte {
	if way == 1 {
		return jpeg
	}
	exif := []byte{0xff, app1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(way), 0, 0, 0, 0, 0, 0}
	return append(append(bytes.Clone(jpeg[:2]), exif...), jpeg[2:]...)
}
