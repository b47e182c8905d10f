package config

import (
	"fmt"
	"net/url"
	"slices"

	"pedigree/proof"
)

func (w Witnesses) validate(p *problems) {
	p.within("witnesses.every_seconds", w.EverySeconds, witnessEveryMin, witnessEveryMax)
	p.add("witnesses.ask", len(w.Ask) <= witnessesMax, "%d witnesses, at most %d", len(w.Ask), witnessesMax)
	for i, one := range w.Ask[:min(len(w.Ask), witnessesMax)] {
		key := fmt.Sprintf("witnesses.ask[%d]", i)
		_, err := proof.ParseWitnessKey(one.Key)
		p.add(key+".key", err == nil, "%q: copy what `pedigree witness init` printed there, as NAME+ID+KEY", one.Key)
		u, err := url.Parse(one.URL)
		p.add(key+".url", err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Scheme+"://"+u.Host == one.URL && u.Hostname() != "",
			"%q: give https://host or http://host:port, without a path", one.URL)
		first := slices.IndexFunc(w.Ask, func(other Witness) bool { return other.Key == one.Key })
		p.add(key+".key", first == i, "the same as witnesses.ask[%d].key: list each witness once", first)
	}
}
