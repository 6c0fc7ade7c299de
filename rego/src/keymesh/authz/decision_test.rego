package keymesh.authz_test

import data.keymesh.authz

test_fixtures if {
	count(data.fixtures) > 25
	every name, fixture in data.fixtures {
		print(name)
		authz.decision == fixture.expected with input as fixture.input
	}
}

test_visible_tools if {
	base := data.fixtures["an allowed model, tool, modality and cap"].input
	authz.tools_visible == ["web.search"] with input as json.patch(base, [{
		"op": "replace",
		"path": "/resource/properties/tools",
		"value": ["shell", "web.search", "files.write"],
	}])
}
