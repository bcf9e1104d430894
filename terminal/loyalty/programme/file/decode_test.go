package file_test

import (
	"reflect"
	"strings"
	"testing"

	"zegel/terminal/loyalty/programme/file"
)

type settings struct {
	Port  int64  `key:"port"`
	Loud  bool   `key:"loud"`
	Shop  place  `key:"shop"`
	Lanes []lane `key:"lane"`
	Tags  []string
	Words []string `key:"words"`
}

type place struct {
	Name string `key:"name,required"`
	Town string `key:"town"`
}

type lane struct {
	Name  string `key:"name,required"`
	Speed int64  `key:"speed"`
}

func (l *lane) Defaults() { l.Speed = 9600 }

func quiet(func(key, format string, args ...any)) {}

func TestDecodePutsTheFileOverDefaultsAndOverridesOverTheFile(t *testing.T) {
	got := settings{Port: 1, Shop: place{Town: "Ons Dorp"}, Words: []string{"a", "b"}}
	origins, err := file.Decode([]byte(`
loud = true
words = ["c"]
[shop]
name = "Jansen"
[[lane]]
name = "1"
[[lane]]
name = "2"
speed = 115200
`), &got, []file.Override{{Key: "port", Value: "7", Origin: "flag"}, {Key: "shop.town", Value: "Elders", Origin: "environment"}}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	want := settings{
		Port: 7, Loud: true, Shop: place{"Jansen", "Elders"}, Lanes: []lane{{"1", 9600}, {"2", 115200}}, Words: []string{"c"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for key, origin := range map[string]string{"port": "flag", "loud": "file", "shop.name": "file", "shop.town": "environment", "lane[1].speed": "file", "lane[0].speed": ""} {
		if origins[key] != origin {
			t.Errorf("%s comes from %q, want %q", key, origins[key], origin)
		}
	}
	values := []file.Value{
		{"port", "7"}, {"loud", "true"}, {"shop.name", "Jansen"}, {"shop.town", "Elders"}, {"lane[0].name", "1"}, {"lane[0].speed", "9600"},
		{"lane[1].name", "2"}, {"lane[1].speed", "115200"}, {"words[0]", "c"},
	}
	if got := file.Values(&got); !reflect.DeepEqual(got, values) {
		t.Errorf("got %v, want %v", got, values)
	}
}

func TestDecodeTellsEverythingAtOnce(t *testing.T) {
	var got settings
	_, err := file.Decode([]byte("port = true\nloud = 1\n[[lane]]\nspeed = 5\n"), &got, []file.Override{
		{Key: "shop.street", Value: "x", Origin: "flag"}, {Key: "port", Value: "x", Origin: "flag"},
		{Key: "lane", Value: "x", Origin: "flag"}, {Key: "port.x", Value: "x", Origin: "flag"},
	}, func(complain func(key, format string, args ...any)) {
		complain("port", "is 0")
		complain("lane[0].speed", "%d is too slow", 5)
	})
	want := []string{
		`1:1: shop.name: is missing: write [shop] and under it name = "…"`,
		"1:1: shop.street: flag: there is no such key outside of a list; what is in a list can only be set in the file",
		`1:1: port: flag: "x": need a whole number`,
		"1:1: lane: flag: there is no such key outside of a list; what is in a list can only be set in the file",
		"1:1: port.x: flag: there is no such key outside of a list; what is in a list can only be set in the file",
		"1:8: port: is true or false: need a whole number",
		"2:8: loud: is a whole number: need true or false",
		`3:3: lane[0].name: is missing: write name = "…"`,
		"4:9: lane[0].speed: 5 is too slow",
	}
	if err == nil || err.Error() != strings.Join(want, "\n") {
		t.Errorf("got\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
	for _, text := range []string{"port = ", strings.Repeat("#", file.MaxBytes+1)} {
		if _, err := file.Decode([]byte(text), &got, nil, quiet); err == nil {
			t.Errorf("%.20s: was taken", text)
		}
	}
}
