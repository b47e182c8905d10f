package arch_test

import (
	"testing"

	"pedigree/internal/arch"
)

func TestExceptions(t *testing.T) {
	faults := []arch.Fault{
		{File: "a.go", Line: 1, Text: "601 lines"},
		{File: "a.go", Line: 9, Text: "no channels"},
		{File: "b.go", Line: 1, Text: "601 lines"},
	}
	tests := []struct {
		name string
		list []arch.Exception
		want []string
	}{
		{"none leaves all faults", nil, []string{"a.go:1", "a.go:9", "b.go:1"}},
		{"one covers its file and rule only", []arch.Exception{{"a.go", "lines", "a table"}}, []string{"a.go:9", "b.go:1"}},
		{"one that covers nothing is a fault", []arch.Exception{{"c.go", "lines", "a table"}}, []string{"a.go:1", "a.go:9", "b.go:1", "c.go"}},
		{"one without a reason covers nothing", []arch.Exception{{"a.go", "lines", ""}}, []string{"a.go:1", "a.go:9", "b.go:1", "a.go"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wantPlaces(t, arch.Except(faults, test.list), test.want...)
		})
	}
}
