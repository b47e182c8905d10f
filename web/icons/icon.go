package main

import (
	"errors"
	"image"
	"image/color"
	"math"
	"regexp"
	"strconv"
)

// side is the length of a drawing's side in its own units.
const side = 32

// samples is how many points of a pixel are looked at, in each direction.
const samples = 8

// icon is the drawing: the letter P, as one line of even width, in a square with round
// corners.
type icon struct {
	round            float64 // radius of the square's corners
	ground, ink      color.NRGBA
	left, foot, head float64 // of the letter's line
	bow, radius      float64 // where its bow begins, and how wide it is
	half             float64 // of the line's width
}

const number = `(-?[0-9.]+)`

// form is the only form of a drawing that is read.
var form = regexp.MustCompile(`^<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32"(?: rx="` + number + `")? fill="(#[0-9a-f]{6})"/>` +
	`<path d="M` + number + ` ` + number + `V` + number + `h` + number + `a` + number + ` ` + number + ` 0 0 1 0 ` + number + `H` + number + `" fill="none" stroke="#fff" stroke-width="` + number + `"/></svg>\s*$`)

var errForm = errors.New("it is drawn in another form than this program reads; bring icon.go up to date with it")

// read reads a drawing.
func read(svg string) (icon, error) {
	m := form.FindStringSubmatch(svg)
	if m == nil {
		return icon{}, errForm
	}
	var n [12]float64
	for k, text := range m[1:] {
		if k == 1 || text == "" {
			continue
		}
		var err error
		if n[k], err = strconv.ParseFloat(text, 64); err != nil {
			return icon{}, errors.Join(errForm, err)
		}
	}
	ground, err := strconv.ParseUint(m[2][1:], 16, 32)
	if err != nil {
		return icon{}, errors.Join(errForm, err)
	}
	i := icon{
		round: n[0], ground: color.NRGBA{uint8(ground >> 16), uint8(ground >> 8), uint8(ground), 255}, ink: color.NRGBA{255, 255, 255, 255},
		left: n[2], foot: n[3], head: n[4], bow: n[2] + n[5], radius: n[6], half: n[10] / 2,
	}
	if n[6] != n[7] || n[8] != 2*n[6] || n[9] != n[2] {
		return icon{}, errForm // the bow is no half circle, or doesn't end at the stem
	}
	return i, nil
}

// inside tells whether a point is within the square.
func (i icon) inside(x, y float64) bool {
	dx := max(i.round-x, x-(side-i.round), 0)
	dy := max(i.round-y, y-(side-i.round), 0)
	return dx*dx+dy*dy <= i.round*i.round || i.round == 0
}

// letter tells whether a point is on the letter's line.
func (i icon) letter(x, y float64) bool {
	within := func(v, from, to float64) bool { return from <= v && v <= to }
	middle := i.head + i.radius
	switch {
	case within(x, i.left-i.half, i.left+i.half) && within(y, i.head-i.half, i.foot): // the stem
		return true
	case within(x, i.left, i.bow) && (math.Abs(y-i.head) <= i.half || math.Abs(y-i.head-2*i.radius) <= i.half): // to the bow and back
		return true
	}
	return x >= i.bow && math.Abs(math.Hypot(x-i.bow, y-middle)-i.radius) <= i.half
}

// picture draws the icon as a square of so many pixels.
func (i icon) picture(size int) *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			out.SetNRGBA(x, y, i.pixel(x, y, side/float64(size*samples)))
		}
	}
	return out
}

// pixel looks at points of a pixel that are a step apart.
func (i icon) pixel(x, y int, step float64) color.NRGBA {
	inside, ink := 0, 0
	for s := range samples * samples {
		px := (float64(x*samples+s%samples) + 0.5) * step
		py := (float64(y*samples+s/samples) + 0.5) * step
		if !i.inside(px, py) {
			continue
		}
		inside++
		if i.letter(px, py) {
			ink++
		}
	}
	if inside == 0 {
		return color.NRGBA{}
	}
	return i.mixed(inside, ink)
}

// mixed is the colour of a pixel of which so many points are within the square, and so
// many of those on the letter.
func (i icon) mixed(inside, ink int) color.NRGBA {
	mix := func(ground, line uint8) uint8 {
		return uint8((int(ground)*(inside-ink) + int(line)*ink + inside/2) / inside)
	}
	return color.NRGBA{mix(i.ground.R, i.ink.R), mix(i.ground.G, i.ink.G), mix(i.ground.B, i.ink.B), uint8((inside*255 + samples*samples/2) / (samples * samples))}
}
