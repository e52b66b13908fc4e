"""An expert's own material: checked, shown in its effect, and built together with what is shipped.

:mod:`kg.extension.material` reads the files, :mod:`kg.extension.tables` and
:mod:`kg.extension.documents` what they say; :mod:`kg.extension.extension` puts that together,
:mod:`kg.extension.effect` tells what it changes, and :mod:`kg.extension.check` is behind
``critmat check PATH...``. Like the build, this part knows several steps, since it carries them
out on facts that are not shipped.
"""
