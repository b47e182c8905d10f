package keys

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawSeed(t *rapid.T) (seed [32]byte) {
	copy(seed[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed"))
	return seed
}

func TestASheetIsReadBackAsPeopleType(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := drawSeed(t)
		text := strings.Join(Sheet("maker", seed), "\n")
		for name, typed := range map[string]string{
			"as printed":         text,
			"in small letters":   strings.ToLower(text) + "\n",
			"with hyphens":       strings.ReplaceAll(text, " ", "-"),
			"without spaces":     strings.ReplaceAll(text, " ", ""),
			"with line ends":     strings.ReplaceAll(text, "\n", "\r\n"),
			"with O for zero":    strings.ReplaceAll(text, "0", "o"),
			"with l for one":     strings.ReplaceAll(text, "1", "l"),
			"with I for one too": strings.ReplaceAll(text, "1", "I"),
		} {
			if got, err := ParseSheet("maker", typed); err != nil || got != seed {
				t.Fatalf("%s: %x, %v", name, got, err)
			}
		}
	})
}

// TestEveryOneOrTwoWrongCharactersAreFound tries all of them on one line.
func TestEveryOneOrTwoWrongCharactersAreFound(t *testing.T) {
	line, err := typed(1, Sheet("maker", [32]byte{1, 2, 3, 4})[0])
	must(t, err)
	for i := range line {
		for e := byte(1); e < 32; e++ {
			one := line
			one[i] ^= e
			if at, ok := wrongAt(one); ok || at != i+1 {
				t.Fatalf("character %d changed by %d: found at %d, %v", i+1, e, at, ok)
			}
			for j := i + 1; j < len(line); j++ {
				for f := byte(1); f < 32; f++ {
					two := one
					two[j] ^= f
					if _, ok := wrongAt(two); ok {
						t.Fatalf("characters %d and %d changed by %d and %d: taken for right", i+1, j+1, e, f)
					}
				}
			}
		}
	}
}

func TestWhatIsWrongOnASheetIsNamed(t *testing.T) {
	seed, another := [32]byte{1, 2, 3}, [32]byte{4, 5, 6}
	lines, foreign := Sheet("maker", seed), Sheet("maker", another)
	with := func(change func(l []string)) string {
		l := append([]string{}, lines...)
		change(l)
		return strings.Join(l, "\n")
	}
	swapped := []byte(lines[2])
	swapped[0] = digits[(strings.IndexByte(digits, swapped[0])+1)%32]
	cases := map[string]struct{ org, text, says string }{
		"one wrong character":    {"maker", with(func(l []string) { l[2] = string(swapped) }), "line 3: this isn't what the sheet says: look at character 1"},
		"two lines swapped":      {"maker", with(func(l []string) { l[0], l[1] = l[1], l[0] }), "line 1: this isn't what the sheet says: it is line 2"},
		"a line of another":      {"maker", with(func(l []string) { l[0] = foreign[0] }), "don't belong together"},
		"another organisation":   {"wholesaler", with(func([]string) {}), "don't belong together, or not to wholesaler"},
		"a line too few":         {"maker", strings.Join(lines[:8], "\n"), "8 lines, and it must have 9"},
		"a line too many":        {"maker", strings.Join(append(lines[:9:9], lines[0]), "\n"), "10 lines"},
		"a character too few":    {"maker", with(func(l []string) { l[8] = l[8][1:] }), "line 9: this isn't what the sheet says: it has 8 characters"},
		"a character too many":   {"maker", with(func(l []string) { l[8] += "7" }), "it has 10 characters"},
		"a character of no use":  {"maker", with(func(l []string) { l[4] = "U" + l[4][1:] }), "line 5: this isn't what the sheet says: no sheet has the character 'U'"},
		"a text beyond the size": {"maker", strings.Repeat(" ", sheetBytesMax+1), "more than"},
		"nothing":                {"maker", "", "0 lines"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := ParseSheet(tc.org, tc.text)
			if err == nil || !strings.Contains(err.Error(), tc.says) || got != [32]byte{} {
				t.Errorf("got %v", err)
			}
			if name != "a text beyond the size" && !errors.Is(err, ErrSheet) {
				t.Errorf("%v isn't ErrSheet", err)
			}
		})
	}
	if _, err := ParseSheet("maker", strings.Join(lines, "\n")+strings.Repeat(" ", sheetBytesMax-len(strings.Join(lines, "\n")))); err != nil {
		t.Errorf("a text at the size: %v", err)
	}
}

// TestTheSheetOfAKnownSeed holds the form: sheets that were printed stay readable.
func TestTheSheetOfAKnownSeed(t *testing.T) {
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(i * 7)
	}
	got := strings.Join(Sheet("maker", seed), "\n")
	if got != knownSheet {
		t.Errorf("got\n%s", got)
	}
}

func FuzzParseSheet(f *testing.F) {
	f.Add(knownSheet)
	f.Add(strings.ToLower(knownSheet))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		seed, err := ParseSheet("maker", text)
		if err != nil {
			return
		}
		if again, err := ParseSheet("maker", strings.Join(Sheet("maker", seed), "\n")); err != nil || again != seed {
			t.Errorf("read as %x, then as %x, %v", seed, again, err)
		}
	})
}

// knownSheet was computed by another program, by search instead of division.
const knownSheet = `000 E3G NZQ
4E2 6AH HX1
8W3 YHJ DDE
DA5 PRK 9FE
HR7 EZM 5WB
P69 76N 1M6
TMA ZDN X8G
Z2C QMP S5K
0T1 KEE JG7`
