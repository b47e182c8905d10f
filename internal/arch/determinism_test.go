package arch_test

import (
	"testing"

	"pedigree/internal/arch"
)

func TestDeterministicCode(t *testing.T) {
	tests := []struct {
		name string
		src  string   // after "package p", from line 2
		want []string // lines
	}{
		{"may count, compare and walk slices", "import \"slices\"\nfunc f(a []int) int { slices.Sort(a); n := 0; for _, v := range a { n += v }; return n }\n", nil},
		{"may not read the clock", "import \"time\"\nvar _ = time.Now\n", []string{"2"}},
		{"may not read files, even below os", "import _ \"os/exec\"\nimport _ \"io/fs\"\n", []string{"2", "3"}},
		{"may not use the network", "import _ \"net/http\"\n", []string{"2"}},
		{"may not draw random numbers", "import _ \"math/rand/v2\"\nimport _ \"crypto/rand\"\nimport _ \"hash/maphash\"\n", []string{"2", "3", "4"}},
		{"may not lock or count atomically", "import _ \"sync\"\nimport _ \"sync/atomic\"\n", []string{"2", "3"}},
		{"may not use unsafe", "import _ \"unsafe\"\n", []string{"2"}},
		{"may use packages whose names only start the same", "import \"math/bits\"\nvar _ = bits.Len(1)\n", nil},
		{"may not start a goroutine", "func f() {\n\tgo f()\n}\n", []string{"3"}},
		{"may not have channels", "func f(c chan int) {\n\tc <- 1\n\t<-c\n\tselect {}\n}\n", []string{"2", "3", "4", "5"}},
		{"may not write floats", "var x = 1.5\n", []string{"2"}},
		{"may not write complex numbers", "var x = 2i\n", []string{"2"}},
		{"may not name float types", "type price float64\n", []string{"2"}},
		{"may not take floats from elsewhere", "import \"math\"\nfunc f(n int) bool {\n\treturn math.Sqrt(4) > 1\n}\n", []string{"4"}},
		{"may use math's integer limits", "import \"math\"\nvar x uint64 = math.MaxUint64\n", nil},
		{"may not walk a map", "func f(m map[string]int) {\n\tfor range m {\n\t}\n}\n", []string{"3"}},
		{"may not walk a named map", "type set map[string]bool\nfunc f(m set) {\n\tfor range m {\n\t}\n}\n", []string{"4"}},
		{"may not walk a map behind a type parameter", "func f[M ~map[string]int | ~map[string]uint](m M) {\n\tfor range m {\n\t}\n}\n", []string{"3"}},
		{"may not walk a map that another of its files declares", "func f() {\n\tfor range table {\n\t}\n}\n", []string{"3"}},
		{"may not walk a map that another package of ours returns", "import \"pedigree/proof\"\nfunc f() {\n\tfor range proof.Map() {\n\t}\n}\n", []string{"4"}},
		{"may not walk a map that the standard library returns", "import \"net/textproto\"\nfunc f(h textproto.MIMEHeader) {\n\tfor range h {\n\t}\n}\n", []string{"2", "4"}},
		{"may look a key up and delete it", "func f(m map[string]int) int { delete(m, \"a\"); return m[\"b\"] }\n", nil},
		{"may not walk a map by its keys", "import \"maps\"\nfunc f(m map[string]int) {\n\tfor range maps.Keys(m) {\n\t}\n}\n", []string{"4"}},
		{"may walk a map's sorted keys", "import (\n\"maps\"\n\"slices\"\n)\nfunc f(m map[string]int) {\n\tfor range slices.Sorted(maps.Keys(m)) {\n\t}\n}\n", nil},
		{"may not walk a map by reflection", "import \"reflect\"\nfunc f(v reflect.Value) { \n\t_ = v.MapKeys()\n}\n", []string{"4"}},
		{"may not print an address", "import \"fmt\"\nvar a = fmt.Sprintf(\"%p\", &table)\nvar b = fmt.Sprintf(\"%-08p\", &table)\n", []string{"3", "4"}},
		{"may print a percent sign before a p", "import \"fmt\"\nvar a = fmt.Sprintf(\"%d%% pure\", 1)\n", nil},
		{"is refused where types can't be told", "func f() {\n\tfor range missing() {\n\t}\n}\n", []string{"3"}},
	}
	for _, dir := range []string{"ledger", "domain/trace"} {
		for _, test := range tests {
			t.Run(dir+" "+test.name, func(t *testing.T) {
				var want []string
				for _, line := range test.want {
					want = append(want, dir+"/a.go:"+line)
				}
				wantPlaces(t, determinism(t, map[string]string{
					dir + "/a.go":     "package p\n" + test.src,
					dir + "/table.go": "package p\nvar table = map[string]int{}\n",
					"proof/a.go":      "package proof\nfunc Map() map[int]int { return nil }\n",
				}), want...)
			})
		}
	}
}

func TestDeterminismIsAskedOfRulesOnly(t *testing.T) {
	src := "package p\nimport \"time\"\nfunc f(m map[string]int) { go f(m); for range m { time.Sleep(1.0) } }\n"
	wantPlaces(t, determinism(t, map[string]string{
		"ledger/a_test.go":             src,
		"ledger/ledgertest/a.go":       src,
		"domain/trace/a_test.go":       src,
		"domain/trace/traceview/a.go":  src,
		"internal/engine/a.go":         src,
		"proof/a.go":                   src,
		"domain/trace/tracesize/in.go": "package p\nimport _ \"time\"\n",
	}), "domain/trace/tracesize/in.go:2")
}

func TestDeterminismReadsFilesBehindTheInvariantsTag(t *testing.T) {
	walk := "package p\nfunc f(m map[string]int) {\n\tfor range m {\n\t}\n}\n"
	wantPlaces(t, determinism(t, map[string]string{
		"ledger/on.go":  "//go:build invariants\n\n" + walk,
		"ledger/off.go": "//go:build !invariants\n\n" + walk,
	}), "ledger/off.go:5", "ledger/on.go:5")
}

func determinism(t *testing.T, files map[string]string) []arch.Fault {
	t.Helper()
	faults, err := arch.Determinism(tree(t, files), ".")
	if err != nil {
		t.Fatal(err)
	}
	return faults
}
