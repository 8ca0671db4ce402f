"""Small courses in every format, as trees of files: path → text or bytes."""

import io
import zipfile
from pathlib import Path

from courses.exchange import FolderSource, ZipSource

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8


def write_folder(root: Path, tree) -> Path:
    for path, content in tree.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def folder(root: Path, tree) -> FolderSource:
    return FolderSource(write_folder(root, tree))


def packed(tree) -> bytes:
    """A zip file of the tree. A key may be a ZipInfo."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in tree.items():
            archive.writestr(path, content)
    return file.getvalue()


def zipped(tree, name="course") -> ZipSource:
    return ZipSource(io.BytesIO(packed(tree)), name)


BILINGUAL = {
    "README.md": "# Chains from scratch\n\nLearn by [doing](basic/01-keys/).\n",
    "README-cn.md": "# 从零开始\n\n边做边学。\n",
    "basic/01-keys/README.md": (
        "[中文](./README-CN.md) / English\n\n# Keys\n\nSee ![a key](images/key.png) and then"
        " [hashes](../02-hashes/README.md#salt).\n"
    ),
    "basic/01-keys/README-CN.md": "中文 / [English](./README.md)\n\n# 密钥\n\n见下图。\n",
    "basic/01-keys/images/key.png": PNG,
    "basic/02-hashes/readme.md": "# Hashes\n\n# Salt\n\nTwo titles, so none is the whole's.\n",
    "basic/10-last/index.zh.md": "最后一课，讲的都是中文。\n",
    "LICENSE": "MIT",
    "notes.txt": "not linked",
}

CARPENTRIES = {
    "config.yaml": (
        "carpentry: 'swc'\ntitle: 'Knots and Ropes'\ncreated: 2020-01-01\nlang: en\n"
        "license: 'CC-BY 4.0'\nsource: 'https://example.com/knots'\n"
        "episodes:\n- second.md\n- first.md\n- gone.md\nlearners:\n"
    ),
    "index.md": "---\nsite: sandpaper\n---\n\nAbout knots.\n",
    "episodes/first.md": "---\ntitle: First\nteaching: 10\nexercises: 5\n---\n\nText.\n",
    "episodes/second.md": (
        "---\ntitle: 'Second: more'\n---\n\n"
        "::: challenge\n\n## Tie it\n\n::::::::: solution\n\nSo.\n\n::::\n\n::::::\n\n"
        "![](fig/knot.svg){alt='A knot'} [first](first.md){target=\"_blank\"}\n"
        "See [setup](../learners/setup.md#rope).\n"
    ),
    "episodes/fig/knot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "learners/setup.md": "---\ntitle: Setup\n---\n\n## Rope\n",
    "learners/reference.md": "Words.\n",
    "instructors/notes.md": "For you only.\n",
}

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="man1" xmlns="http://www.imsglobal.org/xsd/imsccv1p{minor}/imscp_v1p1"
  xmlns:lom="http://ltsc.ieee.org/xsd/imsccv1p{minor}/LOM/manifest">
  <metadata><schema>IMS Common Cartridge</schema><schemaversion>1.{minor}.0</schemaversion>
    <lom:lom><lom:general><lom:title><lom:string>Tea &amp; chains</lom:string></lom:title>
    </lom:general></lom:lom></metadata>
  <organizations><organization identifier="org" structure="rooted-hierarchy">
    <item identifier="top">
      <item identifier="week1"><title>Week 1</title>
        <item identifier="i1" identifierref="page"><title>Brewing</title></item>
        <item identifier="i2" identifierref="link"><title>Read on</title></item>
        <item identifier="i3" identifierref="quiz"><title>Check yourself</title></item>
        <item identifier="i4" identifierref="nowhere"><title>Gone</title></item>
      </item>
      <item identifier="i5" identifierref="slides"><title>Slides</title></item>
    </item>
  </organization></organizations>
  <resources>
    <resource identifier="page" type="webcontent" href="wiki_content/brewing.html">
      <file href="wiki_content/brewing.html"/></resource>
    <resource identifier="other" type="webcontent" href="wiki_content/other.html">
      <file href="wiki_content/other.html"/></resource>
    <resource identifier="link" type="imswl_xmlv1p{minor}"><file href="link.xml"/></resource>
    <resource identifier="quiz" type="imsqti_xmlv1p2/imscc_xmlv1p{minor}/assessment">
      <file href="quiz.xml"/></resource>
    <resource identifier="talk" type="imsdt_xmlv1p{minor}"><file href="talk.xml"/></resource>
    <resource identifier="tool" type="imsbasiclti_xmlv1p0"><file href="tool.xml"/></resource>
    <resource identifier="slides" type="webcontent" href="web_resources/tea%20slides.pdf">
      <file href="web_resources/tea%20slides.pdf"/></resource>
    <resource identifier="pot" type="webcontent" href="web_resources/pot.png">
      <file href="web_resources/pot.png"/></resource>
  </resources>
</manifest>"""


def cartridge(minor=3):
    return {
        "imsmanifest.xml": MANIFEST.replace("{minor}", str(minor)),
        "wiki_content/brewing.html": (
            "<html><head><title>x</title><script>alert(1)</script></head><body><h2>Water</h2>"
            '<p>Hot, <b>not</b> boiling. <img alt="pot" src="$IMS-CC-FILEBASE$/pot.png?x=1"> '
            '<a href="$WIKI_REFERENCE$/pages/other">more</a></p><ul><li>a<ul><li>b</li></ul></li></ul>'
            '<iframe title="Film" src="https://example.com/film"></iframe></body></html>'
        ),
        "wiki_content/other.html": "<title>Other</title><p>Text</p>",
        "link.xml": '<webLink xmlns="x"><title>T</title><url href="https://example.com/a"/></webLink>',
        "quiz.xml": "<questestinterop/>",
        "talk.xml": "<topic/>",
        "tool.xml": "<tool/>",
        "web_resources/tea slides.pdf": b"%PDF-1.4",
        "web_resources/pot.png": PNG,
    }


OWN = {
    "course.yaml": (
        "format: chainone-course/1\nid: c1\ntitle:\n  en: Tea\n  zh-hans: 茶\nlevel: advanced\n"
        "modules:\n  - id: m1\n    title:\n      en: Leaves\n    lessons:\n      - green\n      - black\n"
    ),
    "lessons/green/lesson.yaml": (
        "id: l1\nminutes: 10\npreview: true\nfiles:\n  - name: cup.png\n    title: A cup\n"
        "    language: en\n"
    ),
    "lessons/green/en.md": "---\ntitle: Green tea\n---\nDrink ![cup](cup.png).\r\n  \n",
    "lessons/green/zh-hans.md": "---\ntitle: 绿茶\n---\n",
    "lessons/green/cup.png": PNG,
    "lessons/black/lesson.yaml": "id: l2\nrelease: after_start\nrelease_days: 7\nneeds:\n  - green\n",
    "lessons/black/en.md": "See [green](../green/).\n",
}
