//! From attacks and shapes to cases.

use std::sync::Arc;

use crate::attack::{Attack, Edit, Make, Scene, Shape};
use crate::case::{Case, Delivery, Payload};
use crate::{Error, TestIdp, TestSp};

/// Applies attacks, and keeps the good messages that they start from.
pub(crate) struct Workshop<'a> {
    idp: &'a TestIdp,
    sp: &'a TestSp,
    good: Vec<(Shape, Arc<Case>)>,
}

impl<'a> Workshop<'a> {
    pub(crate) const fn new(idp: &'a TestIdp, sp: &'a TestSp) -> Self {
        Self {
            idp,
            sp,
            good: Vec::new(),
        }
    }

    /// The cases of an attack: one for each shape that it applies to.
    pub(crate) fn cases(&mut self, attack: &'static Attack) -> Result<Vec<Case>, Error> {
        let mut cases = Vec::new();
        for &shape in attack.shapes {
            let scene = Scene {
                idp: self.idp.clone(),
                sp: self.sp.clone(),
                shape,
            };
            let good = self.good(&scene)?;
            if let Some(case) = case(attack, &scene, good)? {
                cases.push(case);
            }
        }
        Ok(cases)
    }

    fn good(&mut self, scene: &Scene) -> Result<Arc<Case>, Error> {
        if let Some((_, case)) = self.good.iter().find(|(shape, _)| *shape == scene.shape) {
            return Ok(Arc::clone(case));
        }
        let case = Arc::new(good(scene)?);
        self.good.push((scene.shape, Arc::clone(&case)));
        Ok(case)
    }
}

/// The message of a shape that is as it should be.
pub(crate) fn good(scene: &Scene) -> Result<Case, Error> {
    let Scene { idp, sp, shape } = scene;
    let id = format!("{}-{}", idp.provider().id(), shape.id());
    Ok(Case {
        about: format!("a sign-on as {} sends it", idp.provider().id()),
        attack: None,
        payload: Payload::Response(scene.builder().build()?.xml().into_bytes()),
        delivery: Delivery::new(idp, sp),
        expected: None,
        sibling: None,
        id,
    })
}

/// A message that was edited before it was signed; `None` where the edit does not apply.
pub(crate) fn signed(scene: &Scene, edit: Edit) -> Result<Option<String>, Error> {
    let builder = scene.builder();
    let mut tree = builder.tree();
    match edit(&mut tree, scene) {
        Some(()) => Ok(Some(builder.finish(tree)?.xml())),
        None => Ok(None),
    }
}

fn case(attack: &'static Attack, scene: &Scene, good: Arc<Case>) -> Result<Option<Case>, Error> {
    let name = format!("{}-{}", scene.idp.provider().id(), scene.shape.id());
    let mut sibling = good;
    if let Some(edit) = attack.sibling {
        let Some(xml) = signed(scene, edit)? else {
            return Ok(None);
        };
        sibling = Arc::new(Case {
            payload: Payload::Response(xml.into_bytes()),
            id: format!("{name}-beside-{}", attack.id),
            about: format!("as {}, without the attack", attack.id),
            ..Case::clone(&sibling)
        });
    }
    let mut delivery = sibling.delivery.clone();
    let payload = match attack.make {
        Make::Edit(edit) => {
            let before = attack.sibling.unwrap_or(|_, _| Some(()));
            sign_edit(scene, before, edit)?.map(Payload::Response)
        }
        Make::Sign(edit) => signed(scene, edit)?.map(|xml| Payload::Response(xml.into_bytes())),
        Make::SignEdit(before, after) => sign_edit(scene, before, after)?.map(Payload::Response),
        Make::Octets(change) => change(&text_of(&sibling)).map(Payload::Response),
        Make::Form(change) => {
            let value = sibling.form_value().unwrap_or_default();
            change(&value).map(Payload::FormValue)
        }
        Make::Build(build) => {
            let message = build(scene.builder(), scene).build()?;
            Some(Payload::Response(message.xml().into_bytes()))
        }
        Make::Deliver(change) => {
            change(&mut delivery);
            Some(sibling.payload.clone())
        }
        Make::BuildDeliver(build, change) => {
            let message = build(scene.builder(), scene).build()?;
            change(&mut delivery);
            Some(Payload::Response(message.xml().into_bytes()))
        }
        // Not of a response: `attacks::redirect` and `attacks::posted` make them.
        Make::Query(..) | Make::AnswerQuery(_) | Make::Metadata(..) | Make::Posted(..) => None,
    };
    Ok(payload.map(|payload| Case {
        id: format!("{}/{name}", attack.id),
        about: attack.about.to_owned(),
        attack: Some(attack),
        payload,
        delivery,
        expected: Some(attack.code(scene.shape)),
        sibling: Some(sibling),
    }))
}

fn text_of(case: &Case) -> String {
    let octets = case.response().unwrap_or_default();
    String::from_utf8_lossy(octets).into_owned()
}

fn sign_edit(scene: &Scene, before: Edit, after: Edit) -> Result<Option<Vec<u8>>, Error> {
    let builder = scene.builder();
    let mut tree = builder.tree();
    if before(&mut tree, scene).is_none() {
        return Ok(None);
    }
    let mut message = builder.finish(tree)?;
    match after(&mut message.tree, scene) {
        Some(()) => Ok(Some(message.xml().into_bytes())),
        None => Ok(None),
    }
}
