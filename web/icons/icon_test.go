package main

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func shown(t *testing.T, file string) *image.NRGBA {
	t.Helper()
	f, err := os.Open(filepath.Join(public, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewNRGBA(picture.Bounds())
	for y := range out.Bounds().Dy() {
		for x := range out.Bounds().Dx() {
			out.Set(x, y, picture.At(x, y))
		}
	}
	return out
}

func TestThePicturesAreTheDrawings(t *testing.T) {
	for _, p := range pictures {
		t.Run(p.file, func(t *testing.T) {
			want, err := draw(public, p.drawing, p.size)
			if err != nil {
				t.Fatal(err)
			}
			got := shown(t, p.file)
			if got.Bounds() != want.Bounds() || string(got.Pix) != string(want.Pix) {
				t.Error("it isn't fresh: run go generate ./web/icons and commit what it wrote")
			}
		})
	}
}

func TestAPictureShowsTheLetterInTheSquare(t *testing.T) {
	ground, ink, nothing := color.NRGBA{0x12, 0x46, 0x7b, 255}, color.NRGBA{255, 255, 255, 255}, color.NRGBA{}
	for file, points := range map[string]map[image.Point]color.NRGBA{
		"icon-512.png": {
			{0, 0}: nothing, {511, 511}: nothing, {256, 2}: ground, {160, 390}: ink, {160, 410}: ground, {280, 112}: ink, {280, 288}: ink, {368, 200}: ink, {280, 200}: ground,
		},
		"icon-whole-512.png": {
			{0, 0}: ground, {511, 511}: ground, {192, 350}: ink, {192, 370}: ground, {344, 216}: ink, {280, 216}: ground,
		},
	} {
		picture := shown(t, file)
		for at, want := range points {
			if got := picture.NRGBAAt(at.X, at.Y); got != want {
				t.Errorf("%s has %v at %v, want %v", file, got, at, want)
			}
		}
	}
}

// A device may cut a maskable icon down to a circle of 80 % of its width.
func TestNothingOfAMaskableIconIsCutOff(t *testing.T) {
	picture := shown(t, "icon-whole-512.png")
	for y := range 512 {
		for x := range 512 {
			dx, dy := float64(x)-255.5, float64(y)-255.5
			if dx*dx+dy*dy > 204.8*204.8 && picture.NRGBAAt(x, y).R > 0x12 {
				t.Fatalf("the letter stands at %d, %d", x, y)
			}
		}
	}
}

func TestAnotherDrawingIsRefused(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(public, "icon.svg"))
	if err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{"<path": "<circle r='1'/><path", "#fff": "#eee", "a5.5 5.5": "a5.5 4", "H10": "H11", "0 11H": "0 10H"} {
		if svg := strings.Replace(string(raw), from, to, 1); svg == string(raw) {
			t.Errorf("%q isn't in the drawing", from)
		} else if _, err := read(svg); err == nil {
			t.Errorf("with %q it is read", to)
		}
	}
}
