package photo

// Limits of a photo.
const (
	// BytesMax is the largest photo that is read.
	BytesMax = 6 << 20
	// SideMax and PixelsMax bound the picture: a browser has to draw it.
	SideMax, PixelsMax = 16_384, 100_000_000

	partsMax   = 20_000 // segments or chunks of one photo
	exifTagMax = 200    // fields of the first directory that are looked at
)
