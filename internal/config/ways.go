package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

func (w Ways) validate(p *problems) {
	p.add("ways.inlets", len(w.Inlets) <= inletsMax, "%d inlets, at most %d", len(w.Inlets), inletsMax)
	for i, in := range w.Inlets[:min(len(w.Inlets), inletsMax)] {
		key := fmt.Sprintf("ways.inlets[%d]", i)
		p.add(key+".name", isWayName(in.Name), "%q: use 1 to %d lower-case letters, digits and hyphens", in.Name, orgCharsMax)
		first := slices.IndexFunc(w.Inlets, func(other Inlet) bool { return other.Name == in.Name && other.Org == in.Org })
		p.add(key+".name", first == i, "the same as ways.inlets[%d].name: give each inlet a name of its own", first)
		p.add(key+".org", in.Org == "" || isName(in.Org), "%q: give the id of an organisation that the node hosts, or leave it out", in.Org)
		p.add(key+".partner", in.Partner == "" || isName(in.Partner), "%q: give the id of an organisation, or a GLN", in.Partner)
		p.add(key+".folder", filepath.IsAbs(in.Folder) && filepath.Clean(in.Folder) == in.Folder, "%q: give the whole path of the folder", in.Folder)
		same := slices.IndexFunc(w.Inlets, func(other Inlet) bool { return other.Folder == in.Folder })
		p.add(key+".folder", same == i, "the same as ways.inlets[%d].folder: each folder is one inlet's", same)
		p.add(key+".every_seconds", in.EverySeconds == 0 || inletEveryMin <= in.EverySeconds && in.EverySeconds <= inletEveryMax,
			"%d: use %d to %d", in.EverySeconds, inletEveryMin, inletEveryMax)
		p.oneOf(key+".after", in.After, "", "move", "delete")
	}
}

func isWayName(s string) bool {
	return s != "" && len(s) <= orgCharsMax && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
