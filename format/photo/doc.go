// Package photo reads photos as phones and cameras write them, JPEG (ITU-T T.81), PNG (third
// edition) and WebP (RFC 9649), and writes them again with the picture alone.
//
// What it keeps true:
//   - what a photo is, its bytes say, never its name;
//   - what is written holds what is needed to draw the picture, by a list of what is let
//     through: no position, device, author, comment, thumbnail, film or second picture, and
//     nothing behind the end;
//   - which way up the picture is, stays;
//   - bytes that are no whole photo are refused, and no picture is larger than the limits,
//     so that nothing has to be decoded to know that it can be shown.
//
// Example:
//
//	p, err := photo.Clean(raw)
//	// p.MediaType is image/jpeg, p.Bytes the picture, p.Removed {"Exif"}
package photo
